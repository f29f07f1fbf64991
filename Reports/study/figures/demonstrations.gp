# Accuracy and distance from base by demonstrations
#
# What demonstrations are worth. Left: share of right sampled responses to held-out problems at
# temperature 1. Right: mean over tokens of KL(run ‖ base) on base's own responses, logarithmic.
# Rows: demonstrations of the near teacher as they are, with a tenth or three tenths of them
# wrong (verified: these have reward 0 under SRFT instead of 1), samples of a weaker model,
# right or not, a teacher of another style, one in base's own style, and base's own right
# samples. Marks: means over 4 to 8 seeds with 95 % intervals (Student's t over seeds, on the
# logit for shares), cut at the axes. Small pale marks are seeds. Seeds: sft 8, sft-wrong-10 4,
# sft-wrong-30 8, sft-weak 4, sft-far 4, sft-native 8, sft-own 8, srft 8, srft-wrong-10 4,
# srft-wrong-30 8, srft-wrong-30-verified 8, srft-weak 4, srft-far 4, srft-native 8, srft-own 4.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot demonstrations.gp
# It reads demonstrations.tsv and writes demonstrations.svg and demonstrations.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,224 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_demonstrations' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,224./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'demonstrations.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.17964
  set rmargin at screen 0.55699
  set bmargin at screen 0.11161
  set tmargin at screen 0.91518
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set yrange [-0.6:7.6]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('clean' 7, 'a tenth wrong' 6, '3 tenths wrong' 5, 'the same, verified' 4, 'weak model'."'".'s' 3, 'far style' 2, 'base'."'".'s style' 1, 'own right ones' 0)
  set label 'held-out accuracy' at screen 0.36831,0.02679 center noenhanced front
  unset colorbox
  set arrow from screen 0.32067,0.96205 to screen 0.36612,0.96205 nohead linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6)
  set label 'base' at screen 0.37622,0.96205 left font ',8' noenhanced front
  set label '' at screen 0.47305,0.96205 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00'
  set label 'sft' at screen 0.50588,0.96205 left font ',8' noenhanced front
  set label '' at screen 0.60271,0.96205 point pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'srft' at screen 0.63554,0.96205 left font ',8' noenhanced front
  plot 'demonstrations.tsv' index 0 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'demonstrations.tsv' index 1 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 2 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 3 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 4 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 5 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 6 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 7 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 8 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 9 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 10 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 11 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 12 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 13 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 14 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 15 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 16 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 17 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 18 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 19 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 20 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 21 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 22 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 23 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 24 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 25 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 26 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 27 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 28 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 29 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 30 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 31 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 32 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 33 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 34 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 35 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 36 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 37 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 38 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 39 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 40 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 41 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 42 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 43 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 44 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 45 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.59992
  set rmargin at screen 0.97727
  set bmargin at screen 0.11161
  set tmargin at screen 0.91518
  set border 15 linewidth 0.5
  set xrange [0.09363703865944652:11.303144691504745]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2, '5' 5, '10' 10)
  set yrange [-0.6:7.6]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 7 0, '' 6 0, '' 5 0, '' 4 0, '' 3 0, '' 2 0, '' 1 0, '' 0 0)
  set label 'KL(run ‖ base) (nats per token)' at screen 0.7886,0.02679 center noenhanced front
  unset colorbox
  plot 'demonstrations.tsv' index 46 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 47 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 48 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 49 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 50 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 51 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 52 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 53 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 54 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 55 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 56 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 57 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 58 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 59 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 60 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 61 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 62 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 63 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 64 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'demonstrations.tsv' index 65 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'demonstrations.tsv' index 66 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'demonstrations.tsv' index 67 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 68 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 69 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 70 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 71 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 72 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 73 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 74 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 75 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 76 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 77 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 78 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 79 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 80 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 81 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 82 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 83 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 84 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 85 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 86 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 87 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'demonstrations.tsv' index 88 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'demonstrations.tsv' index 89 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'demonstrations.tsv' index 90 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  unset multiplot
  set output
}
