# What depends on the model's size
#
# The same methods from bases of 4 sizes, by the number of their weights. (a) Share of right
# sampled responses to held-out problems at temperature 1. (b) Mean over tokens of KL(run ‖
# base) on base's own responses, each run's base that of its size. (c) The same over that of rl
# of the same size and seed, geometric means. Large marks: means over 4 seeds with 95 %
# intervals (Student's t over seeds, on the logit for shares), cut at the axes. Small pale marks
# are seeds; marks of one size stand beside each other.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot sizes.gp
# It reads sizes.tsv and writes sizes.svg and sizes.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,177 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_sizes' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,177./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'sizes.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06403
  set rmargin at screen 0.31634
  set bmargin at screen 0.14124
  set tmargin at screen 0.83616
  set border 15 linewidth 0.5
  set xrange [56544:5945472]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.085' 84816, '0.34' 335520, '1.2' 1245600, '4' 3963648)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(a)' at screen 0.19019,0.87571 center noenhanced front
  set label 'parameters (millions)' at screen 0.19019,0.0339 center noenhanced front
  set label 'held-out accuracy' at screen 0.01646,0.4887 center rotate by 90 noenhanced front
  unset colorbox
  set label '' at screen 0.22333,0.95198 point pointtype 2 pointsize 0.4 linewidth 0.7 linecolor rgb '#000000'
  set label 'base' at screen 0.25008,0.95198 left font ',8' noenhanced front
  set label '' at screen 0.34635,0.95198 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00'
  set label 'sft' at screen 0.37309,0.95198 left font ',8' noenhanced front
  set label '' at screen 0.46936,0.95198 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'sft-own' at screen 0.49611,0.95198 left font ',8' noenhanced front
  set label '' at screen 0.59237,0.95198 point pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl' at screen 0.61912,0.95198 left font ',8' noenhanced front
  set label '' at screen 0.71538,0.95198 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'srft' at screen 0.74213,0.95198 left font ',8' noenhanced front
  plot 'sizes.tsv' index 0 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'sizes.tsv' index 1 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype solid notitle, \
    'sizes.tsv' index 2 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'sizes.tsv' index 3 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype solid notitle, \
    'sizes.tsv' index 4 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'sizes.tsv' index 5 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype solid notitle, \
    'sizes.tsv' index 6 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'sizes.tsv' index 7 using 1:2 with lines linewidth 0.6 linecolor rgb '#000000' dashtype solid notitle, \
    'sizes.tsv' index 8 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'sizes.tsv' index 9 using 1:2 with points pointtype 2 pointsize 0.4 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'sizes.tsv' index 10 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 11 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 12 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 13 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 14 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 15 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 16 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 17 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 18 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 19 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'sizes.tsv' index 20 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 21 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 22 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 23 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 24 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 25 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 26 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 27 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 28 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 29 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'sizes.tsv' index 30 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 31 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 32 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 33 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 34 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 35 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 36 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 37 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 38 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'sizes.tsv' index 39 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'sizes.tsv' index 40 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 41 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 42 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 43 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 44 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 45 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 46 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 47 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 48 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 49 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.39889
  set rmargin at screen 0.6512
  set bmargin at screen 0.14124
  set tmargin at screen 0.83616
  set border 15 linewidth 0.5
  set xrange [56544:5945472]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.085' 84816, '0.34' 335520, '1.2' 1245600, '4' 3963648)
  set yrange [0.1072597534045247:10.868132384274043]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2, '5' 5, '10' 10)
  set label '(b)' at screen 0.52505,0.87571 center noenhanced front
  set label 'parameters (millions)' at screen 0.52505,0.0339 center noenhanced front
  set label 'KL(run ‖ base) (nats per token)' at screen 0.35132,0.4887 center rotate by 90 noenhanced front
  unset colorbox
  plot 'sizes.tsv' index 50 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 51 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 52 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 53 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 54 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 55 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 56 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 57 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 58 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 59 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'sizes.tsv' index 60 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 61 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 62 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 63 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 64 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 65 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 66 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 67 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 68 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 69 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'sizes.tsv' index 70 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 71 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 72 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 73 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 74 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 75 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 76 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 77 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 78 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'sizes.tsv' index 79 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'sizes.tsv' index 80 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 81 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 82 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 83 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 84 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 85 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 86 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 87 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 88 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 89 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.72917
  set rmargin at screen 0.98148
  set bmargin at screen 0.14124
  set tmargin at screen 0.83616
  set border 15 linewidth 0.5
  set xrange [56544:5945472]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.085' 84816, '0.34' 335520, '1.2' 1245600, '4' 3963648)
  set yrange [0.6744637928705867:63.14206900629968]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1' 1, '2' 2, '5' 5, '10' 10, '20' 20, '50' 50)
  set label '(c)' at screen 0.85533,0.87571 center noenhanced front
  set label 'parameters (millions)' at screen 0.85533,0.0339 center noenhanced front
  set label 'KL(run ‖ base) over rl'."'".'s' at screen 0.68618,0.4887 center rotate by 90 noenhanced front
  unset colorbox
  plot 'sizes.tsv' index 90 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'sizes.tsv' index 91 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 92 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 93 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 94 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 95 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 96 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 97 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'sizes.tsv' index 98 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 99 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sizes.tsv' index 100 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'sizes.tsv' index 101 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 102 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 103 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 104 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 105 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 106 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 107 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'sizes.tsv' index 108 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 109 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'sizes.tsv' index 110 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'sizes.tsv' index 111 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 112 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 113 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 114 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 115 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 116 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 117 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'sizes.tsv' index 118 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 119 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'sizes.tsv' index 120 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  unset multiplot
  set output
}
