# Loss by step
#
# loss (loss, nats): What is minimised. A step is one batch of rollouts or demonstrations.
# Seeds: grpo 3, srft-paper 2, sft 1. Of several seeds the line is the mean, at steps that all
# of them have; pale lines are the seeds. Shaded: from the lowest to the highest seed, no
# interval. Each objective adds up other terms, so each has its panel.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-loss.gp
# It reads training-loss.tsv and writes training-loss.svg and training-loss.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,149 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_loss' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,149./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-loss.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.09221
  set rmargin at screen 0.33184
  set bmargin at screen 0.16779
  set tmargin at screen 0.80537
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('5' 5, '10' 10)
  set yrange [-3.0395337587026747e-09:1.7543382716457395e-08]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '5e−9' 5e-09, '1e−8' 1e-08, '1.5e−8' 1.5e-08)
  set label 'grpo' at screen 0.21202,0.85235 center noenhanced front
  set label 'step' at screen 0.21202,0.04027 center noenhanced front
  set label 'loss (nats)' at screen 0.01646,0.48658 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.30175,0.94295 to screen 0.33879,0.94295 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'grpo' at screen 0.34702,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.44215,0.94295 to screen 0.47919,0.94295 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-paper' at screen 0.48742,0.94295 left font ',8' noenhanced front
  set arrow from screen 0.58254,0.94295 to screen 0.61958,0.94295 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.62781,0.94295 left font ',8' noenhanced front
  plot 'training-loss.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-loss.tsv' index 1 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-loss.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-loss.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-loss.tsv' index 4 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.41969
  set rmargin at screen 0.65931
  set bmargin at screen 0.16779
  set tmargin at screen 0.80537
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('5' 5, '10' 10)
  set yrange [-33.60215096254395:-15.070161351610386]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−30' -30, '−25' -25, '−20' -20)
  set label 'srft-paper' at screen 0.5395,0.85235 center noenhanced front
  set label 'step' at screen 0.5395,0.04027 center noenhanced front
  set label 'loss (nats)' at screen 0.36681,0.48658 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-loss.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-loss.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-loss.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-loss.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.74186
  set rmargin at screen 0.98148
  set bmargin at screen 0.16779
  set tmargin at screen 0.80537
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('5' 5, '10' 10)
  set yrange [1.469792028925821:2.099428504296867]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1.6' 1.6, '1.8' 1.8, '2.0' 2)
  set label 'sft' at screen 0.86167,0.85235 center noenhanced front
  set label 'step' at screen 0.86167,0.04027 center noenhanced front
  set label 'loss (nats)' at screen 0.69429,0.48658 center rotate by 90 noenhanced front
  unset colorbox
  plot 'training-loss.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle

  unset multiplot
  set output
}
